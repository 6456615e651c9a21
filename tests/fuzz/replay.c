/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * A fuzz target as a plain program, for a compiler without libFuzzer:
 *
 *     build/gcc/fuzz/map FILE|FOLDER...
 *
 * gives every file, in the order of names, to the target and prints how many
 * there were.  A finding ends the program as it would end the fuzzer.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/fuzz/fuzz.h"

static bool replay_file(struct diag *diag, const char *path)
{
	struct blob file;
	if (!file_read(diag, path, &file))
		return false;
	fprintf(stderr, "%s\n", path);
	LLVMFuzzerTestOneInput(file.bytes, file.size);
	blob_free(&file);
	return true;
}

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static bool replay_folder(struct diag *diag, const char *folder, size_t *count)
{
	struct dirent **entries;
	int found = scandir(folder, &entries, is_visible, alphasort);
	if (found < 0)
		return diag_error(diag, folder, "cannot be read");
	bool good = true;
	for (int i = 0; i < found; i++) {
		char *path = NULL;
		if (asprintf(&path, "%s/%s", folder, entries[i]->d_name) < 0)
			abort();
		good = replay_file(diag, path) && good;
		*count += 1;
		free(path);
		free(entries[i]);
	}
	free(entries);
	return good;
}

int main(int argc, char **argv)
{
	struct diag diag = DIAG_INIT("replay");
	size_t count = 0;
	bool good = true;
	for (int i = 1; i < argc; i++) {
		struct stat status;
		if (stat(argv[i], &status) == 0 && S_ISDIR(status.st_mode)) {
			good = replay_folder(&diag, argv[i], &count) && good;
		} else {
			good = replay_file(&diag, argv[i]) && good;
			count++;
		}
	}
	printf("%zu inputs\n", count);
	return good ? STATUS_DONE : STATUS_REFUSED;
}
