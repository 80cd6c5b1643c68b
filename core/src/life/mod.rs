//! What days are made of. Pure: the day is an argument.
