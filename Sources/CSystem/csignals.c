#include "csignals.h"
