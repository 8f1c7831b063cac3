// What the module offers, in one header. A new header has to be named here: builds that go on from
// an earlier one do not look for it.
#pragma once

#include "cchild.h"
#include "ccompanion.h"
#include "cdetach.h"
#include "ckeyring.h"
#include "cpeer.h"
#include "cprocess.h"
#include "csignal.h"
#include "cstop.h"
#include "cterminal.h"
#include "cwatch.h"
