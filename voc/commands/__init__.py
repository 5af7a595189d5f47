"""The commands of `voc`, a file a kind of user's need. `voc.cli` puts them together."""
