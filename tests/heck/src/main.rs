// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Reads the table of names (NAME, a tab, anything) from standard input and
//! writes it again with each result as heck gives it.  Lines that start with #
//! are kept as they are.
use heck::ToKebabCase;
use std::io::{self, BufRead, Write};

fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let line = line?;
        if line.starts_with('#') {
            writeln!(out, "{line}")?;
            continue;
        }
        let name = line.split('\t').next().unwrap_or("");
        writeln!(out, "{name}\t{}", name.to_kebab_case())?;
    }
    Ok(())
}
