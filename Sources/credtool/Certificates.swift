// Certificates on this machine: where they are kept, and who asks for their passphrases.
internal import AWS
internal import Engine
internal import Model
internal import Planning
internal import Profiles
internal import SignIn
internal import Store
internal import System
internal import Vault

extension Machine {
    /// The certificates whose keys are in a vault.
    func certificateStore() -> CertificateStore {
        CertificateStore(path: "\(dataDirectory)/certificates.tsv") { kind, mayPrompt in
            DurableRecords(items(kind, mayPrompt: mayPrompt))
        }
    }

    /// Tells of certificates that vaults did not delete.
    func tell(left copies: CertificateStore.Copies, ofProfile name: String) {
        for copy in copies {
            let reason = Failure(copy.reason)
            console.say(
                "the \(copy.vault.rawValue) vault may have an older certificate of profile \(name),"
                    + " which counts no more and goes when it answers: \(reason.message)")
            for hint in reason.hints { console.hint(hint) }
        }
    }

    /// How the passphrase of a key's file is asked for.
    var keyPassphrase: KeyPassphrase {
        KeyPassphrase { (path) throws(CertificateError) in
            do throws(TerminalError) {
                return try Terminal.askSecret("Passphrase of \(path) (not shown): ")
            } catch {
                switch error {
                case .noTerminal: throw .noTerminal(path: path)
                case .ended: throw .noPassphrase(path: path)
                case .library(let library):
                    throw .content(.library(library), .privateKey, path: path)
                }
            }
        } wrong: { left in
            console.say("wrong passphrase; \(left) \(left == 1 ? "try" : "tries") left")
        }
    }

    /// IAM Roles Anywhere for a source, and the certificate to show there.
    func rolesAnywhere(
        _ source: RolesAnywhereSource, caBundle: String?
    ) throws(EngineError) -> RolesAnywhereAccess {
        let options = Endpoint.Options(
            region: source.region, useFIPS: source.fips?.value == true,
            useDualStack: source.dualStack?.value == true, override: source.endpointURL?.value)
        let endpoint: Endpoint
        do throws(EndpointError) { endpoint = try Endpoint.rolesAnywhere(options) } catch {
            throw .endpoint(error)
        }
        let service = RolesAnywhere(
            endpoint: endpoint, transport: transport(endpoint, caBundle))
        let store = certificateStore()
        let passphrase = keyPassphrase
        return RolesAnywhereAccess(service: service) { () throws(CertificateError) in
            switch source.place {
            case .vault(let stored): return try store.load(stored)
            case .files(let certificate, let privateKey, let chain, _):
                return try CertificateIdentity.read(
                    CertificateFiles(
                        certificate: Machine.expanded(certificate.value),
                        privateKey: privateKey.map { Machine.expanded($0.value) },
                        chain: chain.map { Machine.expanded($0.value) }),
                    passphrase: passphrase)
            }
        }
    }
}
