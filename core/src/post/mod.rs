//! The post box: where envelopes wait.
