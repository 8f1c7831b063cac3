// Placeholder until the module is built.
