"""What the sentences of a page claim: visa policy, eligibility, informatics, each with its quote and the rule that fired.

The rules are data (``rules/*.toml``), each with examples that are its tests; the modules here only apply them with their scope.
"""
