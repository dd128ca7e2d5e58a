"""A chat: hold by the model's estimate, stream the answer, capture the real tokens."""
