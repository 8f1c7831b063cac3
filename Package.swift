// swift-tools-version: 6.2
// The modules of credtool, the arrows between them, and one test target for each.
import PackageDescription

let swift: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

/// A Swift module in `Sources/` and its test target in `Tests/`, which may run programs of its own.
func module(
    _ name: String, uses: [Target.Dependency] = [], testsRun: [Target.Dependency] = []
) -> [Target] {
    [
        .target(name: name, dependencies: uses, swiftSettings: swift),
        .testTarget(
            name: "\(name)Tests", dependencies: uses + testsRun + [.init(stringLiteral: name)],
            swiftSettings: swift),
    ]
}

/// A C shim, imported by exactly one Swift module.
func shim(_ name: String, uses: [Target.Dependency] = ["CLoad"]) -> Target {
    .target(name: name, dependencies: uses)
}

let package = Package(
    name: "credtool",
    products: [.executable(name: "credtool", targets: ["credtool"])],
    targets: [
        // The ground: what everything is said in.
        module("Model"),
        // The road: argv, config, decision, work, handover.
        module("Flags", uses: ["Model"]),
        module("Profiles", uses: ["Model"]),
        // The pages of the manual that belong to no command.
        module("Manual", uses: ["Flags", "Profiles"]),
        module("Planning", uses: ["Model", "Profiles"]),
        module("AWS", uses: ["Model", "HTTP", "Crypto", "CExpat"]),
        module(
            "Vault", uses: ["Model", "Crypto", "System", "CSecret"], testsRun: ["vaultprobe"]),
        module("Prompts", uses: ["Model", "System", "Crypto"]),
        module("Store", uses: ["Model", "System", "Vault"], testsRun: ["Crypto"]),
        module(
            "SignIn",
            uses: ["Model", "AWS", "HTTP", "Crypto", "Loopback", "Vault", "Store", "System"]),
        module(
            "Engine",
            uses: [
                "Model", "Profiles", "Planning", "AWS", "HTTP", "Vault", "Store", "Prompts",
                "SignIn", "System",
            ]),
        module("Handover", uses: ["Model"]),
        // Signing in with a browser: where it comes back to, how it is opened, QR codes.
        module(
            "Loopback", uses: ["Model", "System", "CMicroHTTPD", "CQRencode"],
            testsRun: ["Crypto"]),
        // Sessions for programs that ask again and again.
        module("Server", uses: ["Model", "Loopback", "System"]),
        // What happens while nobody calls credtool: screens that lock, machines that sleep.
        module("Watch", uses: ["Model", "Profiles", "System", "CBus"]),
        // Keys in plain in files and git repositories.
        module("Scan", uses: ["Model", "System", "CScan"]),
        // Thin owners of libcurl, OpenSSL and POSIX.
        module("HTTP", uses: ["Model", "CCurl"]),
        module("Crypto", uses: ["Model", "COpenSSL"]),
        module("System", uses: ["Model", "CSystem"]),
        [
            shim("CSecret"), shim("CCurl"), shim("COpenSSL"), shim("CExpat"),
            shim("CSystem"), shim("CMicroHTTPD"), shim("CQRencode"), shim("CLoad", uses: []),
            shim("CScan", uses: []), shim("CBus"),
            .executableTarget(
                name: "credtool",
                dependencies: [
                    "Model", "Flags", "Profiles", "Planning", "AWS", "Crypto", "Vault", "Store",
                    "Engine", "Handover", "HTTP", "Loopback", "Prompts", "Scan", "Server", "SignIn",
                    "System", "Watch",
                ],
                swiftSettings: swift),
            // Writes man/ and completions/ from the flag table; not installed.
            .executableTarget(
                name: "generate", dependencies: ["Flags", "Manual"], swiftSettings: swift),
            // One vault call a process, for the tests against a real keyring; not installed.
            .executableTarget(
                name: "vaultprobe", dependencies: ["Vault", "Store", "Model", "System"],
                path: "Tests/Support/vaultprobe", swiftSettings: swift),
            // Every parser on hostile bytes: `make fuzz`, and shortly in the tests; not installed.
            .executableTarget(
                name: "fuzz",
                dependencies: [
                    "Model", "Flags", "Profiles", "Planning", "AWS", "HTTP", "Crypto", "SignIn",
                    "Store", "Vault", "Loopback", "Prompts", "Scan", "Server", "System",
                ],
                path: "Tests/Fuzz", exclude: ["corpus"], swiftSettings: swift),
            .testTarget(
                name: "FuzzTests", dependencies: ["fuzz", "System"], swiftSettings: swift),
            .testTarget(
                name: "credtoolTests",
                dependencies: [
                    "credtool", "Model", "Flags", "Profiles", "Planning", "AWS", "Crypto", "HTTP",
                    "Vault",
                    "Store", "Engine", "Loopback", "Prompts", "Scan", "SignIn", "System", "Watch",
                ],
                swiftSettings: swift),
        ],
    ].flatMap { $0 },
    cLanguageStandard: .gnu17
)
