//! How phones know each other and seal what they send. Pure: clock and randomness are arguments.
