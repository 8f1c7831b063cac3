// Looks through this process's own memory for bytes that should be gone.
import Glibc
import Model

enum MemoryScan {
    /// Letters that stand nowhere else, made in place.
    static func marker() -> Secret {
        Secret(capacity: 32) { room in
            for index in room.indices { room[index] = UInt8.random(in: 0x61...0x7a) }
            return room.count
        }
    }

    /// In how many places of writable memory `needle` stands, apart from the needle itself.
    ///
    /// The needle is a `Secret`, so that its pages are its own and can be left out.
    static func count(of needle: borrowing Secret) -> Int {
        // One at a time: the window of another look is a copy of what this one looks for. Each test
        // target has a copy of this code, and all run in one process: what they share is a file.
        let turn = open("/proc/self/exe", O_RDONLY | O_CLOEXEC)
        guard turn >= 0, flock(turn, LOCK_EX) == 0 else { return -1 }
        defer { close(turn) }
        return needle.withBytes { count(of: $0) }
    }

    private static func count(of needle: UnsafeRawBufferPointer) -> Int {
        let size = 1 << 20
        let window = mmap(
            nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        let memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC)
        guard let window, window != MAP_FAILED, memory >= 0 else { return -1 }
        defer {
            munmap(window, size)
            close(memory)
        }
        let needlePlace = UInt(bitPattern: needle.baseAddress)
        let windowPlace = UInt(bitPattern: window)
        let own = [
            needlePlace..<needlePlace + UInt(needle.count),
            windowPlace..<windowPlace + UInt(size),
        ]
        var found = 0
        for region in writableRegions() {
            var at = region.lowerBound
            while at < region.upperBound {
                let read = pread(
                    memory, window, Int(min(UInt(size), region.upperBound - at)), Int(at))
                guard read > 0 else { break }
                found += places(of: needle, in: window, count: read, at: at, except: own)
                // Overlap, so that nothing hides on the border of two windows.
                at += read == size ? UInt(size - needle.count) : UInt(read)
            }
        }
        return found
    }

    private static func places(
        of needle: UnsafeRawBufferPointer, in window: UnsafeMutableRawPointer, count: Int,
        at address: UInt, except own: [Range<UInt>]
    ) -> Int {
        guard let first = needle.baseAddress else { return 0 }
        var found = 0
        var from = window
        let last = window + count - needle.count
        while from <= last, let hit = memchr(from, Int32(needle[0]), last - from + 1) {
            from = hit + 1
            guard memcmp(hit, first, needle.count) == 0 else { continue }
            let place = address + UInt(hit - window)
            if !own.contains(where: { $0.contains(place) }) { found += 1 }
        }
        return found
    }

    private static func writableRegions() -> [Range<UInt>] {
        guard let maps = fopen("/proc/self/maps", "re") else { return [] }
        defer { fclose(maps) }
        var regions: [Range<UInt>] = []
        var line = [CChar](repeating: 0, count: 4096)
        while fgets(&line, Int32(line.count), maps) != nil {
            let text = String(
                decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            let words = text.split(separator: " ")
            let ends = words.first?.split(separator: "-").compactMap { UInt($0, radix: 16) } ?? []
            if words.count > 1, words[1].hasPrefix("rw"), ends.count == 2 {
                regions.append(ends[0]..<ends[1])
            }
        }
        return regions
    }
}
