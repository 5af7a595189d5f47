"""The routes by kind of work: taking feedback in, asking, running the model, operating, and the documentation."""
