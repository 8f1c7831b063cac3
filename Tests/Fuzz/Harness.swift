// Runs one parser: over a corpus and changes to it, or for libFuzzer.
import Glibc
import System

/// What runs, and on what; signal handlers and libFuzzer's callback see nothing else.
enum Harness {
    nonisolated(unsafe) static var parser = FuzzedParser.bytes("none") { _ in }
    nonisolated(unsafe) private static var input: [UInt8] = []
    nonisolated(unsafe) private static var place: [CChar] = []

    /// Runs every input of the corpus, then `mutations` changes of them, the same in each run. What
    /// ends the process is kept in the file `found`; nothing may take a minute.
    static func replay(corpus: [[UInt8]], mutations: Int, seed: UInt64, found: String) {
        place = Array(found.utf8CString)
        keepWhatEndsUs()
        for bytes in corpus { run(bytes) }
        var mutation = Mutation(of: corpus, seed: seed)
        for _ in 0..<mutations { run(mutation.next()) }
    }

    private static func run(_ bytes: [UInt8]) {
        input = bytes
        alarm(60)
        parser.run(bytes)
    }

    private static func keepWhatEndsUs() {
        for number in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT, SIGALRM] {
            signal(number) { number in
                let file = open(Harness.place, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
                _ = write(file, Harness.input, Harness.input.count)
                signal(number, SIG_DFL)
                raise(number)
            }
        }
    }

    #if FUZZER
        /// Gives libFuzzer this process; its options stand behind the parser's name.
        static func fuzz(_ arguments: [String]) -> Int32 {
            var count = Int32(arguments.count)
            var words: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = .allocate(
                capacity: arguments.count + 1)
            for (place, argument) in arguments.enumerated() { words?[place] = strdup(argument) }
            words?[arguments.count] = nil
            return libFuzzer(&count, &words) { bytes, size in
                Harness.parser.run(Array(UnsafeBufferPointer(start: bytes, count: size)))
                return 0
            }
        }
    #endif
}

#if FUZZER
    /// Source: LLVM, "libFuzzer – using libFuzzer as a library".
    @_silgen_name("LLVMFuzzerRunDriver")
    private func libFuzzer(
        _ count: UnsafeMutablePointer<Int32>,
        _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
        _ one: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
    ) -> Int32
#endif
