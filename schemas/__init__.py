"""What every frame looks like: columns declared once, tables made of them, words with fixed meanings.

Nothing of ours is imported here; every other room imports from here.
"""
