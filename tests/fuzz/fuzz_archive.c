/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The archive reader, and the natives in what it finds. */
#include <stdlib.h>
#include <string.h>

#include "symmap/archive.h"
#include "symmap/natives.h"
#include "tests/fuzz/fuzz.h"

static uint8_t sum; /* what was read must be read in fact */

static void read_members(struct diag *diag, const struct blob *file)
{
	struct archive archive;
	struct archive_member member;
	bool good = true;
	if (!archive_is(file))
		return;
	archive_start_thin(diag, "input", file, &archive);
	while (archive_next(&archive, &member, &good)) {
		fuzz_promise((member.bytes == NULL) == (member.path != NULL));
		if (member.bytes != NULL)
			fuzz_promise(member.bytes + member.size <= file->bytes + file->size);
		sum ^= (uint8_t)strlen(member.name);
		archive_member_free(&member);
	}
	fuzz_promise(good == (diag->errors == 0));
}

static void read_natives(struct diag *diag, const char *path)
{
	struct natives *natives = natives_new(diag);
	fuzz_promise(natives != NULL);
	if (natives_add_file(natives, path))
		for (size_t i = 0; i < natives_count(natives); i++)
			fuzz_promise(natives_find(natives, natives_at(natives, i)->name) != NULL);
	natives_free(natives);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct diag diag = fuzz_diag();
	struct blob file = fuzz_blob(data, size);
	read_members(&diag, &file);
	blob_free(&file);
	read_natives(&diag, fuzz_file(0, data, size));
	return 0;
}
