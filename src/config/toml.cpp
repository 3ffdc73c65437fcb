// The only C++ of the project: toml++ parses, jansson values come out, no exception leaves.
#include <toml++/toml.h>

#include <cmath>
#include <sstream>
#include <string>

extern "C" {
#include "base/error.h"
#include "config/toml.h"
}

namespace
{

// toml++ itself refuses values nested deeper than 256.
constexpr size_t max_bytes = 8 * 1024 * 1024;

json_t *convert(const toml::node &node);

json_t *text_value(const std::string &text)
{
    return json_stringn(text.data(), text.size());
}

template <typename T> json_t *formatted(const T &value)
{
    std::ostringstream out;
    out << value;
    return text_value(out.str());
}

json_t *convert_table(const toml::table &table)
{
    json_t *object = json_object();
    for (const auto &[key, value] : table) {
        std::string name(key.str());
        if (name.find('\0') == std::string::npos)
            json_object_set_new(object, name.c_str(), convert(value));
    }
    return object;
}

json_t *convert_array(const toml::array &array)
{
    json_t *list = json_array();
    for (const auto &value : array)
        json_array_append_new(list, convert(value));
    return list;
}

json_t *convert(const toml::node &node)
{
    switch (node.type()) {
    case toml::node_type::table:
        return convert_table(*node.as_table());
    case toml::node_type::array:
        return convert_array(*node.as_array());
    case toml::node_type::string:
        return text_value(node.as_string()->get());
    case toml::node_type::integer:
        return json_integer(node.as_integer()->get());
    case toml::node_type::floating_point: {
        double value = node.as_floating_point()->get();
        if (std::isfinite(value))
            return json_real(value);
        return json_string(std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf");
    }
    case toml::node_type::boolean:
        return json_boolean(node.as_boolean()->get());
    case toml::node_type::date:
        return formatted(node.as_date()->get());
    case toml::node_type::time:
        return formatted(node.as_time()->get());
    case toml::node_type::date_time:
        return formatted(node.as_date_time()->get());
    default:
        return json_null();
    }
}

// One line without control characters: the message may quote the document.
std::string one_line(std::string_view text)
{
    std::string line;
    for (char byte : text)
        line.push_back(static_cast<unsigned char>(byte) < 0x20 ? ' ' : byte);
    return line;
}

} // namespace

extern "C" json_t *toml_parse(const char *text, size_t length, const char *name, GError **error)
{
    if (length > max_bytes) {
        g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_LIMIT, "%s: more than 8 MiB of TOML", name);
        return nullptr;
    }
    try {
        return convert_table(toml::parse(std::string_view(text, length)));
    } catch (const toml::parse_error &problem) {
        g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_INPUT, "%s:%u: %s", name,
                    static_cast<unsigned>(problem.source().begin.line),
                    one_line(problem.description()).c_str());
    } catch (const std::exception &exception) {
        g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_INTERNAL, "%s: %s", name,
                    one_line(exception.what()).c_str());
    }
    return nullptr;
}
