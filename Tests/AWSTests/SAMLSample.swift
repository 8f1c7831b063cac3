// A SAML response as pysaml2's identity provider makes it (Tests/Support/rig/saml.py), less its
// signature, which only AWS looks at.

/// Two roles, the ARNs of each in another order; minutes, hours and all.
let samlSample = """
    <ns0:Response xmlns:ns0="urn:oasis:names:tc:SAML:2.0:protocol"\
     xmlns:ns1="urn:oasis:names:tc:SAML:2.0:assertion"\
     xmlns:ns2="http://www.w3.org/2000/09/xmldsig#"\
     xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ID="id-vEkA97UDbnFJXztRn"\
     Version="2.0" IssueInstant="2026-01-02T03:00:00Z"\
     Destination="https://signin.aws.amazon.com/saml">\
    <ns1:Issuer\
     Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity">https://idp.example/saml</ns1:I\
    ssuer>\
    <ns0:Status>\
    <ns0:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/>\
    </ns0:Status>\
    <ns1:Assertion Version="2.0" ID="id-Fshuv5Y9VSSEcthOZ"\
     IssueInstant="2026-01-02T03:00:00Z">\
    <ns1:Issuer\
     Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity">https://idp.example/saml</ns1:I\
    ssuer>\
    <ns1:Subject>\
    <ns1:NameID\
     Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">alice</ns1:NameID>\
    <ns1:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">\
    <ns1:SubjectConfirmationData NotOnOrAfter="2026-01-02T03:05:00Z"\
     Recipient="https://signin.aws.amazon.com/saml"/>\
    </ns1:SubjectConfirmation>\
    </ns1:Subject>\
    <ns1:Conditions NotBefore="2026-01-02T03:00:00Z" NotOnOrAfter="2026-01-02T03:05:00Z">\
    <ns1:AudienceRestriction>\
    <ns1:Audience>urn:amazon:webservices</ns1:Audience>\
    </ns1:AudienceRestriction>\
    </ns1:Conditions>\
    <ns1:AuthnStatement AuthnInstant="2026-01-02T03:00:00Z"\
     SessionIndex="id-aexlqpsNjXk7si2yV" SessionNotOnOrAfter="2026-01-02T05:00:00Z">\
    <ns1:AuthnContext>\
    <ns1:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</ns1:AuthnContex\
    tClassRef>\
    <ns1:AuthenticatingAuthority>https://idp.example</ns1:AuthenticatingAuthority>\
    </ns1:AuthnContext>\
    </ns1:AuthnStatement>\
    <ns1:AttributeStatement>\
    <ns1:Attribute Name="https://aws.amazon.com/SAML/Attributes/Role"\
     NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri">\
    <ns1:AttributeValue xmlns:xs="http://www.w3.org/2001/XMLSchema"\
     xsi:type="xs:string">arn:aws:iam::111122223333:role/Admin,arn:aws:iam::111122223333:saml-\
    provider/Corp</ns1:AttributeValue>\
    <ns1:AttributeValue xmlns:xs="http://www.w3.org/2001/XMLSchema"\
     xsi:type="xs:string">arn:aws:iam::444455556666:saml-provider/Corp,\
     arn:aws:iam::444455556666:role/ops/Deploy</ns1:AttributeValue>\
    </ns1:Attribute>\
    <ns1:Attribute Name="https://aws.amazon.com/SAML/Attributes/RoleSessionName"\
     NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri">\
    <ns1:AttributeValue xmlns:xs="http://www.w3.org/2001/XMLSchema"\
     xsi:type="xs:string">alice@example.com</ns1:AttributeValue>\
    </ns1:Attribute>\
    <ns1:Attribute Name="https://aws.amazon.com/SAML/Attributes/SessionDuration"\
     NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri">\
    <ns1:AttributeValue xmlns:xs="http://www.w3.org/2001/XMLSchema"\
     xsi:type="xs:string">7200</ns1:AttributeValue>\
    </ns1:Attribute>\
    </ns1:AttributeStatement>\
    </ns1:Assertion>\
    </ns0:Response>
    """
