"""`make demo`: the main job end to end, through the same REST that any client uses."""
