// What the parsers beside this file are refused with. They are links into Sources/credtool, since no
// program but a test can use the modules of another.
import Model

/// In the place of the program's failures.
enum Failure: Error {
    case secretAsKeyID
    case malformedKeyID
    case malformedSecret
    case malformedInput
    case temporaryKey(AccessKeyID)
}
