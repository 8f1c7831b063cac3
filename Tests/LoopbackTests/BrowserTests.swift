// Which browser is opened, and where none is.
import Loopback
import Testing

@Suite struct BrowserTests {
}
