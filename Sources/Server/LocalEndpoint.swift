// What every kind of endpoint does.
public import Loopback

/// Answers requests, and is told that time passes.
public protocol LocalEndpoint: Sendable {
    /// Answers a request, or puts it off. Called by several threads.
    func answer(_ request: EndpointRequest)

    /// Renews what has to be. To be called each second.
    func tick()
}
