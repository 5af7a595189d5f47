"""Runs models: `torch_encoder` on CPU or GPU, `fake` for unit tests. Picked by `voc.bootstrap` alone."""
