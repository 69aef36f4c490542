; What Python defines, calls and imports.
(class_definition name: (identifier) @name) @class
(function_definition name: (identifier) @name) @function
(class_definition superclasses: (argument_list [(identifier) @extends (attribute attribute: (identifier) @extends)]))
(call function: [(identifier) @call (attribute attribute: (identifier) @call)])
(decorator [(identifier) @call (attribute attribute: (identifier) @call)])
(import_statement name: [(dotted_name) @import (aliased_import name: (dotted_name) @import)])
(import_from_statement module_name: (_) @from name: [(dotted_name) @imported (aliased_import name: (dotted_name) @imported)])
(import_from_statement module_name: (_) @import (wildcard_import))
