// The version, as `credtool version` prints it and STS sees it in the User-Agent.

/// Semantic Versioning 2.0.0.
let version = "0.1.0"
