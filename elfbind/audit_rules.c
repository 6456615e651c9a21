/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "elfbind/audit_rules.h"

#include <string.h>

#define RELINK                                                                                     \
	"Link what elfbind inject wrote, with the script that ldgen made from the same layout."
#define REMAKE "Make the table anew from the layout with elfbind inject --table."

const struct audit_rule audit_rules[] = {
	{"A001", "A symbol is not resolved.",
		"An import that was never bound has a kebab-case, empty or $N name. Bind the "
		"object with elfbind bind, link its natives, and do not let the linker ignore "
		"what is missing.",
		false},
	{"A002", "A weak symbol has no definition.",
		"Its address is 0, and a call of it goes there. Link the definition, or the "
		"object without the reference.",
		false},
	{"A003", "A call goes nowhere.",
		"A linker that was told to ignore what is missing made it a branch to address 0 "
		"or to the next instruction: bind the import and link its native. Or a function "
		"is Arm code, which an M-profile core does not run: compile it with -mthumb.",
		false},
	{"A004", "A function has the name that WebAssembly gave it.",
		"No C program can call it, and the object was not bound. Use elfbind bind.", false},
	{"A005", "A core module grows its memory where an export reaches it.",
		"The compilers make memory.grow a constant -1, so that it always fails on the "
		"target. Give the guest an allocator that uses cabi-arena-realloc.",
		false},
	{"A006", "A function grows memories, or an allocator calls one that does.",
		"A memory has a fixed size on the target. Allocate with cabi-arena-realloc.",
		false},
	{"A007", "There is no symbol table.",
		"Nothing can be said of names. Audit the image before it is stripped.", false},
	{"A008", "A section of the layout is missing.",
		"Link what elfbind inject wrote for its component.", false},
	{"A009", "A core module is not the image's.",
		"What it shows says nothing of the image. Give the modules that elfbind bind was "
		"given.",
		false},
	{"A010", "A core module has memory.grow that none of its exports reaches.",
		"It does no harm, and is room for nothing. Link the guest with --gc-sections.",
		true},
	{"A011", "A core module names an allocator that grows its memory.",
		"Such an allocator has no more than the memory that the module starts with. "
		"Allocate with cabi-arena-realloc.",
		true},
	{"A012", "A component calls a native that its seam does not list.",
		"List it, or take the call out of the guest.", false},
	{"A013", "The seam lists a native that the component does not call.",
		"Take the line out, or link the object that calls it.", false},
	{"A014", "The seam cannot be compared with the image.",
		"What calls natives cannot all be seen, or nothing does. Give every core module, "
		"and audit the image before its local symbols are taken out.",
		false},
	{"A015", "A memory is smaller than its module declares.",
		"The layout trims it. An access to the rest faults, unless the message names what "
		"else of its component lies there; give it more room where the guest needs it.",
		true},
	{"A016", "A context opens a memory that nothing of its component touches.",
		"No code that is reachable from the component's exports reads or writes it, and no "
		"native gets a pointer into it. Leave it out, or let grants: auto choose.",
		false},
	{"A017", "A context opens a memory for writing that is only read.",
		"A row that only reads is enough; grants: auto makes one.", false},
	{"A018", "A context does not open what its component touches.",
		"The first access faults. Open it, or let grants: auto choose.", false},
	{"A019", "An import is served by the code of a component.",
		"That code runs in the memory of the caller. Serve the import by a native, under "
		"a name that no component's object defines.",
		false},
	{"A020", "The vector table has not the runtime's handler.",
		"Components are left through exceptions. Put the handler there, or branch to it "
		"from what is there.",
		true},
	{"A021", "A component calls code that its context does not open, or is called natively.",
		"Each component sees its own code and the common one, and a call of anything else "
		"faults. Name the section of a native that needs no privilege under natives: in "
		"the manifest, put a gate in front of any other, and link the runtime's sections "
		".text.berth.common.* into the common code region. Native code calls "
		"components by berth_call only.",
		false},
	{"R01", "There is no region table, or it has not the shape of one.",
		"Link the object that elfbind inject --table makes, and KEEP its section.", false},
	{"R02", "The checksum of the region table differs.",
		"The table was changed after it was made. " REMAKE, false},
	{"R03", "A row is illegal or unpredictable on the hardware, or switched off.", REMAKE,
		false},
	{"R04", "A row does not load the slot that is its position.", REMAKE, false},
	{"R05", "The rows of a region do not open exactly what it reserves.", REMAKE, false},
	{"R06", "A row gives other rights than its region has.", REMAKE, false},
	{"R07", "A row makes memory of a peripheral or a peripheral of memory.", REMAKE, false},
	{"R08", "The attributes of a row are not those that berth writes.", REMAKE, false},
	{"R09", "A field of a region is wrong.",
		"Memory must not be executable, code not writable, and ranges must exist. " REMAKE,
		false},
	{"R10", "A region and its section disagree, or one of them is missing.", RELINK, false},
	{"R11", "A field of a context, a stack or an arena is wrong.", REMAKE, false},
	{"R12", "Memory is open to two contexts, or to two rows of one.", REMAKE, false},
	{"R13", "A row opens bytes of something else's section or symbol.",
		"The component can reach them. " RELINK, false},
	{"R14", "The code is not open for execution.",
		"Add the bank that holds .text to the layout.", false},
	{"R15", "A symbol disagrees with the table.", RELINK, false},
	{"R16", "The table can be written.", "Place it in flash. " RELINK, false},
	{"R17", "The table is not the one that the layout makes.",
		"Make table and image anew from this layout.", false},
	{"R18", "An entry point pairs an export with another context or function.", RELINK, false},
};

const size_t audit_rule_count = sizeof(audit_rules) / sizeof(audit_rules[0]);

size_t audit_rule_index(const char *id)
{
	size_t index = 0;
	while (index < audit_rule_count && strcmp(audit_rules[index].id, id) != 0)
		index++;
	return index;
}
