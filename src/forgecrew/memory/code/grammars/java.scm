; What Java defines, calls and imports.
(class_declaration name: (identifier) @name) @class
(record_declaration name: (identifier) @name) @class
(interface_declaration name: (identifier) @name) @interface
(annotation_type_declaration name: (identifier) @name) @interface
(enum_declaration name: (identifier) @name) @enum
(method_declaration name: (identifier) @name) @function
(constructor_declaration name: (identifier) @name) @function
(superclass (type_identifier) @extends)
(super_interfaces (type_list (type_identifier) @extends))
(method_invocation name: (identifier) @call)
(object_creation_expression type: [(type_identifier) @call (generic_type (type_identifier) @call)])
(marker_annotation name: (identifier) @call)
(annotation name: (identifier) @call)
(import_declaration (scoped_identifier) @import)
