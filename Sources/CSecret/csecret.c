#include "csecret.h"
