// Keys and certificates made up for tests, of each kind; whose they are is nobody.

/// The passphrase of those that are encrypted.
let madeUpWord = "made-up word"

/// PEM texts by their kinds.
enum MadeUp {
    static let rsaPKCS1 = """
        -----BEGIN RSA PRIVATE KEY-----
        MIICXgIBAAKBgQDKPlBqg4S2FANpgcOcahTN94vL2mVJ2UHU6PWE1mvnKtKAb33G
        p+/I5GrNec68LDnHpuHa5uPZ+QAENps3PE77q8wTgOYI5QzYbOwiqeiaTFi83oe3
        JzA3EVVdNLhcc5rce7cGpoU8CzMUdibjCREjSop6EtGMRAfdnClfpPtFswIDAQAB
        AoGBAMhJdAw4GUrUgRiQyS7zI41itVB6Bctf3EFFQDiAvTWfA/7r6yy8jcxu4ZKC
        KgnS5pnhnFTUShxI6wpBJfBKyo/SF+Sjd1MWBaeuFQZCJJenrbqu2awVNqwh9TJf
        pHFUTgHSsTmzwXwQ7TI9GJ4p0301IX5B4jle4LbrAKzIVAaZAkEA6bmL/8qwmufV
        V8mMDwPe2jInhM9uh6w0aNIWZhiLMybQSR1uVPPhJ/taYKU9CNOrHW/UyELdthny
        Arh8wEyinwJBAN2ErgcAdUFrsyrLcMcxa0SgoshafMOOXu4J3EFRmeDJKITuHu1t
        joyMKLC0i5d+0brrm5g0MY2+YD4ki1cw+G0CQQC9Wz45dpWuarVF8lwurgwW6xtp
        VkVOVg3//nV3MdtVDdUh515EJXH9Wn7WXgkc5aB0sO3LcaD+r/aKjb1EbtIxAkAL
        CguqKamuQvHA1jaelqXj26WBGpFRJY0xi6hAURK8EwpD5aIA7w7Fjk6Qz86NFDLb
        f9ZXNXKqv6wILMYM6FHZAkEAtXS36jXVI0dbO1jjFAD0C9imOq9oue68lnG3HAnx
        ByXQ4hAupIWJiFxLV+8Ja7Z0twO60VyOqa+i7E43Unt+AA==
        -----END RSA PRIVATE KEY-----
        """
    static let rsaPKCS8 = """
        -----BEGIN PRIVATE KEY-----
        MIICeAIBADANBgkqhkiG9w0BAQEFAASCAmIwggJeAgEAAoGBAMo+UGqDhLYUA2mB
        w5xqFM33i8vaZUnZQdTo9YTWa+cq0oBvfcan78jkas15zrwsOcem4drm49n5AAQ2
        mzc8TvurzBOA5gjlDNhs7CKp6JpMWLzeh7cnMDcRVV00uFxzmtx7twamhTwLMxR2
        JuMJESNKinoS0YxEB92cKV+k+0WzAgMBAAECgYEAyEl0DDgZStSBGJDJLvMjjWK1
        UHoFy1/cQUVAOIC9NZ8D/uvrLLyNzG7hkoIqCdLmmeGcVNRKHEjrCkEl8ErKj9IX
        5KN3UxYFp64VBkIkl6etuq7ZrBU2rCH1Ml+kcVROAdKxObPBfBDtMj0YninTfTUh
        fkHiOV7gtusArMhUBpkCQQDpuYv/yrCa59VXyYwPA97aMieEz26HrDRo0hZmGIsz
        JtBJHW5U8+En+1pgpT0I06sdb9TIQt22GfICuHzATKKfAkEA3YSuBwB1QWuzKstw
        xzFrRKCiyFp8w45e7gncQVGZ4MkohO4e7W2OjIwosLSLl37RuuubmDQxjb5gPiSL
        VzD4bQJBAL1bPjl2la5qtUXyXC6uDBbrG2lWRU5WDf/+dXcx21UN1SHnXkQlcf1a
        ftZeCRzloHSw7ctxoP6v9oqNvURu0jECQAsKC6opqa5C8cDWNp6WpePbpYEakVEl
        jTGLqEBRErwTCkPlogDvDsWOTpDPzo0UMtt/1lc1cqq/rAgsxgzoUdkCQQC1dLfq
        NdUjR1s7WOMUAPQL2KY6r2i57ryWcbccCfEHJdDiEC6khYmIXEtX7wlrtnS3A7rR
        XI6pr6LsTjdSe34A
        -----END PRIVATE KEY-----
        """
    static let rsaEncrypted = """
        -----BEGIN RSA PRIVATE KEY-----
        Proc-Type: 4,ENCRYPTED
        DEK-Info: AES-256-CBC,B823EB8154A99639FF0647C694758214

        FTbN2KLG5ZXWT5dfmWt9tkm9/j6wfXJAmIz4u4rPvs9l2d+exobCH2Ylm1lPpGDL
        YJvJsD6grp0ZMijBct4LSB/IK5eFl9m69uhGD6Lex1KJC2juvLZ/7bs5iKjjEpUE
        gseZ8U9dnNmBIlvcq8kx60ee9EIKLFC9D5u4cwN9kRZph+GQCOzXgABryVATD2wb
        OFo5WMmGATPesNN2erKHkx5LSOP9b2ckR8M0R5ztuDBpYRPH/IHd6soX6PmHbxyA
        IAjXq20qqTAP9lk8GxNERKfGHdM6PMWjWDZ+hICSKkuv5L7ztYG+g0Q/pTICX0Bz
        uZFPA26cJMZGeIvNeAUaxKuyIgjez8ToCqruscs2zwuyXhexqtjs/qBypu9QRr96
        mSEU/gMwgtRQFZkvjUEmBcjknhbw1d+dgkeZnXVMoYvGOii5Sjf3QLOuKpOQ7UPT
        ALh0ONuYJYhe9i+6LSgWI3MySScxsosYWj1iffXQXvgB/25QFa2qx3xXzkDmBJxo
        zZAPzneS1kbfufrv9wGCn/y3e3jIhrBaoUkP5I5+L6jLOgY6H6e+m/kQDBf6V3xr
        VJkUMxIYy3WnRhg6LT7s4/CnqB3f2Hy7tz7GiKGXBmvGRQkQXb17LusWvhFC0EZw
        Sl95l1IYU3CkBE8whXUgG76iUTQtKT+Sd6PaBIu0ji1JtgMKcP1lUiVOhVN0ssAl
        WPoh63uqI0W1cKWkSp0hD+9rBEKLGj/VvhtUAFqcTzQOH0ZgRsU6dkXgHKTPfdI/
        rPPYBeSs5854/S83tuV87Q+Tt8y6DEtVEp8AKQd1DBMLRzKkA+2iTxPJsd55pWYd
        -----END RSA PRIVATE KEY-----
        """
    static let ecSEC1 = """
        -----BEGIN EC PRIVATE KEY-----
        MHcCAQEEIGvrpYsT19cP1T2LqYavSZhwNJvFLCoK0/b2KgMQ9OTyoAoGCCqGSM49
        AwEHoUQDQgAEwS91aLyVCPMO5xNokYjhnjpMk9BpHxxgWoPI67yy3ZDcPJd6FKsU
        wzbn+8Nyn/hj+YUyT33QqOhRtPmbX9S4tA==
        -----END EC PRIVATE KEY-----
        """
    static let ecPKCS8 = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQga+ulixPX1w/VPYup
        hq9JmHA0m8UsKgrT9vYqAxD05PKhRANCAATBL3VovJUI8w7nE2iRiOGeOkyT0Gkf
        HGBag8jrvLLdkNw8l3oUqxTDNuf7w3Kf+GP5hTJPfdCo6FG0+Ztf1Li0
        -----END PRIVATE KEY-----
        """
    static let ecEncryptedSEC1 = """
        -----BEGIN EC PRIVATE KEY-----
        Proc-Type: 4,ENCRYPTED
        DEK-Info: AES-256-CBC,14A101046DD45D2D68DF7F71062910B6

        NvMJITI9Lmvi3YLBLSjPeDc4XObWDnCRd/MSC7+IOmRgd8akkdmcF7v8jGF+RTNH
        Xib+9yNpobQgpdChAor1Oqcf7CR3uOMrfcF3Rfl0VOLw2kPkfz+NC/P8RdAxFYkk
        4Rrb2r7ZYgJebe0zA658pn1BEOYBYBDw7NCbLlyQ830=
        -----END EC PRIVATE KEY-----
        """
    static let ecEncryptedPKCS8 = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIH0MF8GCSqGSIb3DQEFDTBSMDEGCSqGSIb3DQEFDDAkBBDnNiQBdsvQw8zdz97B
        tHnpAgIIADAMBggqhkiG9w0CCQUAMB0GCWCGSAFlAwQBKgQQnw9ipqMOGOy0KU9s
        Su59ZwSBkILXKU2eRsR05ysEX88hgZXP/kjVdeENqfXca0h5eWs5Y8aLmmq8EfkI
        Cm4B1p1P9eqFezoz4CIHoWGxoChOg6LSdx/VZwuRSZG4gwdsvKdoRXVBXJhpP3S7
        4ARfNmIl2eStf9DOdZhSSqCWLcDAqYznqTxNT0iZbRFi9ovNHwNr+bkf/aIHwzIV
        pzKGTjuD7w==
        -----END ENCRYPTED PRIVATE KEY-----
        """
    static let rsaCertificate = """
        -----BEGIN CERTIFICATE-----
        MIIBtTCCAR6gAwIBAgIUf/////////////////////////8wDQYJKoZIhvcNAQEL
        BQAwDjEMMAoGA1UEAwwDcnNhMB4XDTI2MDEwMTAwMDAwMFoXDTM2MDEwMTAwMDAw
        MFowDjEMMAoGA1UEAwwDcnNhMIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDK
        PlBqg4S2FANpgcOcahTN94vL2mVJ2UHU6PWE1mvnKtKAb33Gp+/I5GrNec68LDnH
        puHa5uPZ+QAENps3PE77q8wTgOYI5QzYbOwiqeiaTFi83oe3JzA3EVVdNLhcc5rc
        e7cGpoU8CzMUdibjCREjSop6EtGMRAfdnClfpPtFswIDAQABoxAwDjAMBgNVHRMB
        Af8EAjAAMA0GCSqGSIb3DQEBCwUAA4GBADRN2yZ8nGVdq1yJ/+lOgFeEcnboXtQ2
        T9mAuXIJy3JH5vjPaiQtkFyqkccZXhF6vBAotQ1TyDxf/lf8AsS4xRGLO9ACIXQK
        NpsZj2h4g8LhaR4Ps8Oe9a19+kBB9Je21FRTom7tcxRLLiKZGCIQazpd2/2zImVY
        7QgWNxkqIUkd
        -----END CERTIFICATE-----
        """
    static let ecCertificate = """
        -----BEGIN CERTIFICATE-----
        MIIBGDCBv6ADAgECAgEBMAoGCCqGSM49BAMCMA0xCzAJBgNVBAMMAmVjMB4XDTI2
        MDEwMTAwMDAwMFoXDTM2MDEwMTAwMDAwMFowDTELMAkGA1UEAwwCZWMwWTATBgcq
        hkjOPQIBBggqhkjOPQMBBwNCAATBL3VovJUI8w7nE2iRiOGeOkyT0GkfHGBag8jr
        vLLdkNw8l3oUqxTDNuf7w3Kf+GP5hTJPfdCo6FG0+Ztf1Li0oxAwDjAMBgNVHRMB
        Af8EAjAAMAoGCCqGSM49BAMCA0gAMEUCIQDG4q3QyNOvwsmvDtzg4Ee67ifmY5ji
        NjvCD2U7Z3BSXwIgVTpsbRt2o1d1qu/favQhC+uauPDE3YMclN2BXnVg3V0=
        -----END CERTIFICATE-----
        """
    static let ecCertificate64 = """
        -----BEGIN CERTIFICATE-----
        MIIBITCBx6ADAgECAgkBAAAAAAAAAAAwCgYIKoZIzj0EAwIwDTELMAkGA1UEAwwC
        ZWMwHhcNMjYwMTAxMDAwMDAwWhcNMzYwMTAxMDAwMDAwWjANMQswCQYDVQQDDAJl
        YzBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABMEvdWi8lQjzDucTaJGI4Z46TJPQ
        aR8cYFqDyOu8st2Q3DyXehSrFMM25/vDcp/4Y/mFMk990KjoUbT5m1/UuLSjEDAO
        MAwGA1UdEwEB/wQCMAAwCgYIKoZIzj0EAwIDSQAwRgIhAN1AAu/yxLLmZY1Ln71U
        KYLUtLCwPEbKTse0TTpd9nKHAiEA0a2x5S1IsW3tgfnO7jAZWz6igXkTz75sLpi9
        UB5K20g=
        -----END CERTIFICATE-----
        """
    /// In Base64.
    static let pkcs12 = """
        MIID3wIBAzCCA5UGCSqGSIb3DQEHAaCCA4YEggOCMIIDfjCCAhoGCSqGSIb3DQEH
        BqCCAgswggIHAgEAMIICAAYJKoZIhvcNAQcBMF8GCSqGSIb3DQEFDTBSMDEGCSqG
        SIb3DQEFDDAkBBCvJ8Mh9JsgnGxsi/UJEtuYAgJOIDAMBggqhkiG9w0CCQUAMB0G
        CWCGSAFlAwQBKgQQbzcI2pvH/wPY12e83mCsFYCCAZD8mTlWv2bpzP80NLpSrZLS
        nzNPakX241BDBIKKz1fJQcwM31WlcYOI6fFIDfA8VkiJqKmHAkvoePAp73neOK/T
        ODSyOeAecG/bDzxvfEvnsm2RABKUjssIE/wvYfblWx2/5zo4wdbPJORXg6GIhMf9
        3e/yAot8T+8qoCJnx6Xuypu4AOW/1tNoxlk9ooGFgcTIk1Bx/JX52ripHOmX08FJ
        nUZnXVim/ffMRnyHXcUbvfPcj+LRB3WuSu4ohfa98hQ1YREXGslx1TRHrKvqpo+2
        r+mO1kiiiZS5enU0EmKmPLfmhjtiMVbJLP/sSzeolXVpqufJIHRRyEyt6XcSQ8mR
        hPmnS6YiIVHd3TWvdjKYYmHZASVISnMTv0dAl4un3/IDTquud3acaOBEoqKJICju
        wjN2FOBwjydyKRnVE8dTdOGuCriOnea3/VJhdSQ0txwgSdhEih52cYN2abR6qFYn
        /kbTB4CPkUFrVlkqCGhf/u9qEsqnNKzaHBGJCCpHh0EdUel6L/4BO8rLY/vI6qcz
        MIIBXAYJKoZIhvcNAQcBoIIBTQSCAUkwggFFMIIBQQYLKoZIhvcNAQwKAQKggfcw
        gfQwXwYJKoZIhvcNAQUNMFIwMQYJKoZIhvcNAQUMMCQEEJsuJYBj5khylMkkM7ee
        rfYCAk4gMAwGCCqGSIb3DQIJBQAwHQYJYIZIAWUDBAEqBBCvfwSdxFwnGDeVVGwA
        ekQkBIGQgR3iz4cwLXcR/n9pgXtUOQaIhplg/ru94yfVyMWfbi+oqfWYgydRltp6
        QEXpadZ+uDaawkF35GAUoceDbV4eLjj36M83v+6UuFJN0QpBC09CHFcKlpMBrpir
        DHiCfQM/B2WkSwz7WHWq0VsvutBWvfeFYZ5KDRWiGMppS7FKMCwWCAU5GywbzOGk
        3NFTRCXhMTgwEQYJKoZIhvcNAQkUMQQeAgB4MCMGCSqGSIb3DQEJFTEWBBSaxyFO
        fCa9qX1IxscnkFxTMiwG4DBBMDEwDQYJYIZIAWUDBAIBBQAEIOpvwVmrkanw9lhv
        Kx0DEp93oz43OhahdC0CSxd0wHanBAjwsvHWnoM8LAICCAA=
        """
}
