// IAM's calls that change the access keys of a user.
public import Model

extension IAM {
    /// Makes a key of a user. AWS allows two, and shows the secret this once.
    ///
    /// A request that AWS may have looked at is not made again: each makes a key.
    /// - Throws: `AWSError`; `LimitExceeded` where there are two keys.
    public func createAccessKey(
        userName: String, credentials: borrowing Credentials, limits: CallLimits = CallLimits()
    ) throws(AWSError) -> AccessKey {
        try api.call(
            "CreateAccessKey", Self.user(userName), credentials: credentials, limits: limits,
            spendsCode: true
        ) { (document, result) throws(MissingField) in
            guard let key = document.element(["AccessKey"], in: result) else {
                throw MissingField(field: "AccessKey")
            }
            guard let id = AccessKeyID(try document.required("AccessKeyId", in: key)) else {
                throw MissingField(field: "AccessKeyId")
            }
            return AccessKey(
                id: id, secret: try document.requiredSecret("SecretAccessKey", in: key))
        }
    }

    /// Has AWS take a key, or take it no more. Sessions that were made with it live and end with it.
    /// - Throws: `AWSError`; `NoSuchEntity` where the user has no such key.
    public func updateAccessKey(
        _ id: AccessKeyID, userName: String, isActive: Bool, credentials: borrowing Credentials,
        limits: CallLimits = CallLimits()
    ) throws(AWSError) {
        try api.call(
            "UpdateAccessKey",
            Self.user(userName) + [
                QueryItem("AccessKeyId", id.description),
                QueryItem("Status", isActive ? "Active" : "Inactive"),
            ], credentials: credentials, limits: limits
        ) { (_, _) throws(MissingField) in }
    }

    /// Deletes a key for good.
    /// - Throws: `AWSError`; `NoSuchEntity` where the user has no such key.
    public func deleteAccessKey(
        _ id: AccessKeyID, userName: String, credentials: borrowing Credentials,
        limits: CallLimits = CallLimits()
    ) throws(AWSError) {
        try api.call(
            "DeleteAccessKey",
            Self.user(userName) + [QueryItem("AccessKeyId", id.description)],
            credentials: credentials, limits: limits
        ) { (_, _) throws(MissingField) in }
    }
}
