// Placeholder until the flag table stands.
