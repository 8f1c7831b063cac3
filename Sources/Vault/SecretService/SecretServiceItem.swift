// What crosses between Swift and libsecret: objects, items, attributes, secrets.
internal import CSecret
internal import Glibc
internal import Model

/// A GObject and the one reference to it. Counting references is safe over threads.
final class ObjectReference: @unchecked Sendable {
    let pointer: OpaquePointer
    init(_ pointer: OpaquePointer) { self.pointer = pointer }
    deinit { csecret_unref(UnsafeMutableRawPointer(pointer)) }
}

/// A secret in libsecret's locked memory, so that it can cross to the thread of the call.
final class SecretValueReference: @unchecked Sendable {
    let pointer: OpaquePointer?

    init(_ secret: borrowing Secret) {
        pointer = secret.withBytes { bytes in
            // KDE's wallet and KeePassXC take what is called text for UTF-8 and write it anew.
            let isText = bytes.allSatisfy { (0x01...0x7f).contains($0) }
            return csecret_value(
                bytes.baseAddress, bytes.count, isText ? "text/plain" : "application/octet-stream")
        }
    }

    deinit { csecret_value_unref(pointer) }
}

/// An item as it was when it was found.
struct SecretServiceItem {
    let reference: ObjectReference

    init(_ reference: ObjectReference) { self.reference = reference }

    var path: String { String(cString: csecret_item_path(reference.pointer)) }
    var label: String {
        guard let text = csecret_item_label(reference.pointer) else { return "" }
        defer { csecret_text_free(text) }
        return String(cString: text)
    }
    var isLocked: Bool { csecret_item_locked(reference.pointer) != 0 }

    /// What it is found by.
    var attributes: [String: String] {
        var attributes: [String: String] = [:]
        withUnsafeMutablePointer(to: &attributes) { attributes in
            csecret_item_attributes(reference.pointer, attributes) { name, value, context in
                guard let name, let value, let context else { return }
                func text(_ pointer: UnsafeMutableRawPointer) -> String {
                    String(cString: pointer.assumingMemoryBound(to: CChar.self))
                }
                context.assumingMemoryBound(to: [String: String].self)
                    .pointee[text(name)] = text(value)
            }
        }
        return attributes
    }

    /// All but the secret.
    func description(_ schema: ItemSchema) -> SecretItem {
        var attributes = attributes
        attributes["xdg:schema"] = nil
        return SecretItem(
            schema: schema, attributes: attributes, label: label,
            created: Timestamp(
                secondsSinceEpoch: Int(clamping: csecret_item_created(reference.pointer))),
            modified: Timestamp(
                secondsSinceEpoch: Int(clamping: csecret_item_modified(reference.pointer))))
    }
}

/// Lends `attributes` as C texts.
func withAttributes<Output>(
    _ attributes: [String: String],
    _ body: (UnsafePointer<csecret_attribute>?, Int) -> Output
) -> Output {
    let list = attributes.map { name, value in
        csecret_attribute(name: strdup(name), value: strdup(value))
    }
    defer {
        for attribute in list {
            free(UnsafeMutablePointer(mutating: attribute.name))
            free(UnsafeMutablePointer(mutating: attribute.value))
        }
    }
    return list.withUnsafeBufferPointer { body($0.baseAddress, $0.count) }
}

extension String {
    /// The text before the first NUL.
    init(nulTerminated characters: [CChar]) {
        self.init(
            decoding: characters.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
