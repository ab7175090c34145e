"""What is kept and published: SQL tables, history, quarantine, releases, and the read side."""
