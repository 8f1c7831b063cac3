// A transport that answers from a script, and a clock that only sleeping moves.
import AWS
import HTTP
import Model
import Synchronization

/// What the next request meets.
enum Scripted: Sendable {
    case answer(Int, String, [HTTPHeader] = [])
    case failure(HTTPError)
}

/// What a request held, in plain: nothing in these tests is secret.
struct SentRequest: Sendable {
    var method = ""
    var url = ""
    /// What stood behind the URL.
    var target: String?
    var headers: [HTTPHeader] = []
    var token: String?
    var form = ""
    var limits = HTTPLimits()
    var mayReuseConnection = true

    func field(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}

final class ScriptedTransport: HTTPTransport {
    private let script: Mutex<[Scripted]>
    private let requests = Mutex<[SentRequest]>([])

    init(_ script: [Scripted]) { self.script = Mutex(script) }

    var sent: [SentRequest] { requests.withLock { $0 } }

    func send(_ request: borrowing HTTPRequest) throws(HTTPError) -> HTTPResponse {
        var sent = SentRequest()
        sent.method = request.method
        sent.url = request.url
        sent.headers = request.headers
        sent.limits = request.limits
        sent.mayReuseConnection = request.mayReuseConnection
        switch request.secretHeader {
        case .some(let header):
            sent.token = header.value.withBytes { String(decoding: $0, as: UTF8.self) }
        case .none: break
        }
        switch request.secretTarget {
        case .some(let target):
            sent.target = target.withBytes { String(decoding: $0, as: UTF8.self) }
        case .none: break
        }
        switch request.body {
        case .some(let body): sent.form = body.withBytes { String(decoding: $0, as: UTF8.self) }
        case .none: break
        }
        let copy = sent
        requests.withLock { $0.append(copy) }
        let next = script.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        switch next {
        case .answer(let status, let body, let headers):
            return HTTPResponse(status: status, headers: headers, body: Secret(body))
        case .failure(let error): throw error
        case nil: throw .other(code: -1, reason: "the script is over")
        }
    }
}

/// Time that passes only where a test sleeps.
final class StillClock: Sendable {
    private let state = Mutex<(slept: [Duration], uptime: Duration)>(([], .zero))
    let now = Timestamp(secondsSinceEpoch: 1_440_938_160)

    var slept: [Duration] { state.withLock { $0.slept } }

    func effects(random: Double = 0.5) -> CallEffects {
        CallEffects(
            now: { [now] in now }, uptime: { self.state.withLock { $0.uptime } },
            sleep: { duration in
                self.state.withLock {
                    $0.slept.append(duration)
                    $0.uptime += duration
                }
            }, random: { random })
    }
}
