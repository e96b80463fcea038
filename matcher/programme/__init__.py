"""Records of the programme: declarations of their kinds, without input or output."""
