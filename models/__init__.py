"""Data, no logic: the registry of models, their cards, a tokenizer rule, small trained heads and maps."""
