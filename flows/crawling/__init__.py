"""Following a program's or an institution's site from its start address to the few pages that matter, politely and bounded."""
