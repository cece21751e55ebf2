#define BOOST_TEST_MODULE left4me
#include <boost/test/unit_test.hpp>
