// SPDX-License-Identifier: GPL-2.0
/* Configurations in files: read whole and checked, written whole or not. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config_check.h"
#include "config_file.h"
#include "config_rules.h"
#include "config_value.h"

#define FILE_LEN_MAX	(32u << 20)

static int file_take(const struct config_source *src, bool own,
		     struct config **cfg)
{
	int err;

	*cfg = NULL;
	if (cyaml_load_data((const uint8_t *)src->text, src->len,
			    &config_cyaml, &config_schema,
			    (cyaml_data_t **)cfg, NULL))
		return cmd_fail(src->cmd, "%s: cannot be read as YAML",
				src->path);
	err = own ? CMD_OK : config_check_sense(src, *cfg);
	if (!err)
		err = config_keep_empty(src, *cfg);
	if (!err && config_complete(*cfg))
		err = cmd_fail_errno(src->cmd, src->path, -ENOMEM);
	if (err) {
		config_free(*cfg);
		*cfg = NULL;
	}
	return err;
}

static int file_read(int fd, char **text, size_t *len)
{
	char *more;
	ssize_t n;

	*text = NULL;
	*len = 0;
	do {
		more = realloc(*text, *len + BUFSIZ);
		if (!more)
			return -ENOMEM;
		*text = more;
		n = read(fd, *text + *len, BUFSIZ);
		if (n < 0)
			return -errno;
		*len += n;
		if (*len > FILE_LEN_MAX)
			return -EFBIG;
	} while (n);
	return 0;
}

/* What vmkctl has written itself need not make sense: it was so. */
static int file_parse(const struct cmd *c, const char *name, const char *text,
		      size_t len, bool own, struct config **cfg)
{
	struct config_source src = {
		.cmd = c, .path = name, .text = text, .len = len,
	};
	int err;

	err = config_check_form(&src);
	if (err)
		return err;
	err = file_take(&src, own, cfg);
	yaml_document_delete(&src.doc);
	return err;
}

/**
 * config_parse() - what a text says
 * @c: the invocation, for messages
 * @name: what the text is called in them
 * @text: the text
 * @len: its length
 * @cfg: set to what it says, all that it leaves unsaid filled in
 *
 * Return: an exit status.
 */
int config_parse(const struct cmd *c, const char *name, const char *text,
		 size_t len, struct config **cfg)
{
	return file_parse(c, name, text, len, false, cfg);
}

static int file_copy(const struct cmd *c, const char *name,
		     const struct config *cfg, bool own, struct config **copy)
{
	size_t len;
	char *text;
	int err;

	text = config_yaml(cfg, &len);
	if (!text)
		return cmd_fail_errno(c, name, -ENOMEM);
	err = file_parse(c, name, text, len, own, copy);
	free(text);
	return err;
}

/**
 * config_copy() - a configuration as a file would say it
 * @c: the invocation, for messages
 * @name: what it is called in them
 * @cfg: the configuration
 * @copy: set to the copy, all that is left unsaid filled in
 *
 * Return: an exit status.
 */
int config_copy(const struct cmd *c, const char *name,
		const struct config *cfg, struct config **copy)
{
	return file_copy(c, name, cfg, true, copy);
}

/**
 * config_check() - could a configuration be read from a file?
 * @c: the invocation, for messages
 * @name: what it is called in them
 * @cfg: the configuration
 *
 * Return: an exit status.
 */
int config_check(const struct cmd *c, const char *name,
		 const struct config *cfg)
{
	struct config *copy = NULL;
	int err;

	err = file_copy(c, name, cfg, false, &copy);
	config_free(copy);
	return err;
}

/**
 * config_load() - read a configuration
 * @c: the invocation, for messages
 * @path: the file
 * @own: vmkctl has written it, of a running state
 * @cfg: set to what it says, all that it leaves unsaid filled in
 *
 * Return: an exit status.
 */
int config_load(const struct cmd *c, const char *path, bool own,
		struct config **cfg)
{
	char *text;
	int fd, err;
	size_t len;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return cmd_fail_errno(c, path, -errno);
	err = file_read(fd, &text, &len);
	close(fd);
	err = err ? cmd_fail_errno(c, path, err) :
	      file_parse(c, path, text, len, own, cfg);
	free(text);
	return err;
}

static int file_write(int fd, const char *text, size_t len)
{
	while (len) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		text += n;
		len -= n;
	}
	return fsync(fd) ? -errno : 0;
}

/* Nothing but a file is replaced: not a link, not a device. */
static int file_check_target(int dir, const char *name)
{
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW))
		return errno == ENOENT ? 0 : -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	return S_ISREG(st.st_mode) ? 0 : -EEXIST;
}

static int file_replace(int dir, const char *name, const char *text,
			size_t len)
{
	char *temp;
	int fd, err;

	if (asprintf(&temp, ".%s.%d", name, getpid()) < 0)
		return -ENOMEM;
	fd = openat(dir, temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW |
		    O_CLOEXEC, 0600);
	if (fd < 0) {
		err = -errno;
		goto out_free;
	}
	err = file_write(fd, text, len);
	if (close(fd) && !err)
		err = -errno;
	if (!err && renameat(dir, temp, dir, name))
		err = -errno;
	if (err)
		unlinkat(dir, temp, 0);
	else if (fsync(dir))
		err = -errno;
out_free:
	free(temp);
	return err;
}

/**
 * config_save_at() - write a configuration, whole or not at all
 * @dir: the folder
 * @name: name of the file
 * @cfg: the configuration
 *
 * Return: 0 or a negative errno.
 */
int config_save_at(int dir, const char *name, const struct config *cfg)
{
	size_t len;
	char *text;
	int err;

	err = file_check_target(dir, name);
	if (err)
		return err;
	text = config_yaml(cfg, &len);
	if (!text)
		return -ENOMEM;
	err = file_replace(dir, name, text, len);
	free(text);
	return err;
}

/**
 * config_save() - write a configuration, whole or not at all
 * @path: the file, in a folder that is there or the usual one
 * @cfg: the configuration
 *
 * Return: 0 or a negative errno.
 */
int config_save(const char *path, const struct config *cfg)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	char *folder;
	int dir, err;

	if (!*name)
		return -EISDIR;
	folder = slash ? strndup(path, slash - path + 1) : strdup(".");
	if (!folder)
		return -ENOMEM;
	if (!strcmp(folder, CONFIG_DIR "/"))
		mkdir(CONFIG_DIR, 0755);
	dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	err = dir < 0 ? -errno : config_save_at(dir, name, cfg);
	if (dir >= 0)
		close(dir);
	free(folder);
	return err;
}
