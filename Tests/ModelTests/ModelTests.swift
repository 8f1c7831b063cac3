// Placeholder until the module is built.
import Testing
