// What the module offers, in one header. A new header has to be named here: builds that go on from
// an earlier one do not look for it.
#pragma once

#include "cbind.h"
#include "cfault.h"
#include "cload.h"
#include "cwipe.h"
