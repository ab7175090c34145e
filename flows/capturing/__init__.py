"""The front door: which addresses are asked, how a connection is made, what an answer may cost, and how a host is treated."""
