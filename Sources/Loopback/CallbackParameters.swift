// The parameters that a browser brought back: a query or a form, decoded in secret memory.
public import Model

/// Parameters by name, each of which was there once.
public struct CallbackParameters: ~Copyable {
    /// The value of the parameter `name`; nil where there is none.
    public borrowing func value(_ name: String) -> Secret? { nil }
}
