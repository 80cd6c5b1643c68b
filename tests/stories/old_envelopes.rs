//! What a past version wrote opens for ever (told later).
