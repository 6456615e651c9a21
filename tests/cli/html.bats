#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# The HTML map, looked at by a browser: everything is visible, nothing overlaps, nothing is fetched.

bats_require_minimum_version 1.5.0

setup() {
	ldgen=$BERTH_BIN/ldgen
	cd "$BATS_TEST_TMPDIR" || return 1
	cat >plan.yaml <<-EOF
		berth: 1
		target: {cpu: cortex-m7, mpu_regions: 16}
		banks:
		  flash: {origin: 0x08000000, length: 1M, access: rx}
		  ram: {origin: 0x20000000, length: 128K, access: rw, reserve: 8K}
		  slow: {origin: 0x24000000, length: 512K, access: rw,
		    holes: [{origin: 0x24060000, length: 4K}, {origin: 0x2407ff00, length: 256}]}
		peripherals:
		  uart0: {origin: 0x40004000, length: 0x1000}
		shared:
		  mailbox: {size: 1000, bank: ram}
		components:
		  sensor: {memories: {0: {size: 20000, bank: ram}}, stack: 64, data: {bank: ram}, grants: [uart0, mailbox]}
		  motor: {memories: {3: {size: 9000, bank: slow}}, stack: 64, data: {bank: ram}, grants: [mailbox]}
		  left: {memories: {7: {size: 16K, bank: slow}}, carve: {offset: 0, size: 4K}, stack: 64, data: {bank: ram}}
		  right: {memories: {7: {size: 16K, bank: slow}}, carve: {offset: 8K, size: 4K}, stack: 64, data: {bank: ram}}
		  $(printf 'W%.0s' {1..64}): {memories: {0: {size: 70001, bank: slow}}, stack: 1K, data: {bank: ram}}
		$(for i in $(seq 20); do
			echo "  c$i: {memories: {0: {size: 32, bank: slow}}, stack: 64, data: {bank: slow}}"
		done)
	EOF
	"$ldgen" plan.yaml --json map.json --html map.html
}

browser() { # options...
	for program in chromium-headless-shell chromium; do
		command -v "$program" >/dev/null || continue
		"$program" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --user-data-dir="$BATS_TEST_TMPDIR/profile" \
			"$@" 2>browser.log
		return
	done
	skip "chromium-headless-shell is not here"
}

# What a script put into the page finds wrong, a line each; then "checked N parts, M texts".
look() { # width
	cat >look.js <<-'EOF'
		const faults = [];
		const box = e => e.getBoundingClientRect();
		const name = e => (e.textContent || e.getAttribute('class')).slice(0, 40);
		const meet = (a, b) => a.left < b.right - 0.5 && b.left < a.right - 0.5
			&& a.top < b.bottom - 0.5 && b.top < a.bottom - 0.5;
		const apart = list => {
			for (let i = 0; i < list.length; i++)
				for (let k = i + 1; k < list.length; k++)
					if (meet(box(list[i]), box(list[k])))
						faults.push(`overlap: ${name(list[i])} and ${name(list[k])}`);
		};
		let parts = 0, texts = 0;
		const figures = [...document.querySelectorAll('figure')];
		apart([...figures, ...document.querySelectorAll('table'), ...document.querySelectorAll('h2')]);
		for (const figure of figures) {
			const svg = figure.querySelector('svg');
			const rects = [...svg.querySelectorAll('rect')];
			const words = [...svg.querySelectorAll('text')];
			apart(rects);
			apart(words);
			for (const e of [...rects, ...words]) {
				const own = box(e), all = box(svg);
				if (own.width < 5 || own.height < 1.5)
					faults.push(`invisible: ${name(e)}`);
				if (own.left < all.left - 0.5 || own.right > all.right + 0.5
					|| own.top < all.top - 0.5 || own.bottom > all.bottom + 0.5)
					faults.push(`outside of its drawing: ${name(e)}`);
			}
			parts += rects.length;
			texts += words.length;
		}
		if (document.documentElement.scrollWidth > window.innerWidth)
			faults.push(`wider than the window: ${document.documentElement.scrollWidth}`);
		for (const cell of document.querySelectorAll('td, th'))
			if (cell.scrollWidth > cell.clientWidth + 1)
				faults.push(`cut off: ${name(cell)}`);
		const fills = [...document.querySelectorAll('ul.legend rect')].map(e => getComputedStyle(e).fill);
		if (fills.length != 8 || new Set(fills).size != 8)
			faults.push(`fills: ${fills}`);
		/* Without a pattern, lightness must do. */
		const plain = fills.filter(f => f.startsWith('rgb')).map(f => {
			const [r, g, b] = f.match(/\d+/g).map(Number);
			return 0.3 * r + 0.6 * g + 0.1 * b;
		}).sort((a, b) => a - b);
		for (let i = 1; i < plain.length; i++)
			if (plain[i] - plain[i - 1] < 40)
				faults.push(`alike in grey: ${plain}`);
		document.body.innerHTML = '<pre id="found"></pre>';
		document.getElementById('found').textContent
			= [...faults, `checked ${parts} parts, ${texts} texts`].join('\n') + '\n';
	EOF
	{
		cat map.html
		echo '<script>'
		cat look.js
		echo '</script>'
	} >looked.html
	browser --window-size="$1",1000 --dump-dom "file://$PWD/looked.html" |
		sed -n '/<pre id="found">/,/<\/pre>/p' | sed 's/.*<pre id="found">//; /<\/pre>/d'
}

@test "the page needs nothing but itself and runs no script" {
	run ! grep -niE '<script|<link|<img|<iframe|@import|src=|href=|https?:|javascript:| on[a-z]+=' map.html
	# A reference goes to a pattern of the page.
	for id in $(grep -oE 'url\([^)]*\)' map.html | sort -u | sed -nE 's/url\(#(.*)\)/\1/p'); do
		grep -q "id=\"$id\"" map.html
	done
	[ "$(grep -oE 'url\([^)#]*\)' map.html | wc -l)" -eq 0 ]
}

@test "in a browser every part is visible and nothing overlaps, on a screen and at the width of paper" {
	# 186 mm are 703 pixels of CSS.
	for width in 1280 703; do
		run look "$width"
		[[ "$output" =~ ^checked\ [1-9][0-9]+\ parts,\ [1-9][0-9]+\ texts$ ]] || {
			cat browser.log
			echo "at $width: $output"
			return 1
		}
	done
}

@test "every region and every context is in the page, with its address and who may touch it" {
	command -v jq >/dev/null || skip "jq is not here"
	jq -r '.regions[] | "\(.name) \(.base)"' map.json >regions
	[ "$(wc -l <regions)" -gt 40 ]
	while read -r name base; do
		printf -v at '0x%08x' "$base"
		grep -q "^<tr><td[^>]*>$name</td>.*<td class=\"n\">$at</td>" map.html
		[[ "$name" == uart0 ]] || grep -q ">$name</text>" map.html
	done <regions
	for context in $(jq -r '.contexts[].name' map.json); do
		grep -q "^<caption>$context: [0-9]* of 16 rows" map.html
	done
	grep -q '<tr><td class="w">uart0</td><td>peripheral</td>.*<td>sensor rw</td></tr>' map.html
	grep -q '<tr><td class="w">mailbox</td><td>shared memory</td>.*<td>sensor rw, motor rw</td></tr>' map.html
	grep -q '<tr><td class="w">right.carve7</td><td>part of a linear memory</td>.*<td>right rw</td></tr>' map.html
	grep -q '<tr><td class="w">left.mem7</td><td>linear memory</td>.*<td>no component</td></tr>' map.html
	[ "$(grep -c '>hole</text>' map.html)" -eq 2 ]
	grep -q '>0x24060000, 4096 bytes</text>' map.html
	grep -q '<tr><td class="w">motor.mem3</td>.*<td>motor rw</td></tr>' map.html
}

@test "on paper every region is there" {
	command -v pdftotext >/dev/null || skip "pdftotext is not here"
	browser --no-pdf-header-footer --print-to-pdf=map.pdf "file://$PWD/map.html"
	pdftotext -layout map.pdf map.txt
	for name in flash ram slow sensor.mem0 motor.data c1.mem0 c20.data uart0; do
		grep -q "$name" map.txt
	done
}

@test "the same manifest gives the same page" {
	"$ldgen" plan.yaml --html again.html
	cmp map.html again.html
}
