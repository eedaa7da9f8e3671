<?php
function render($name, array $vars) { extract($vars); ob_start(); include __DIR__ . '/views/' . basename($name) . '.php'; return ob_get_clean(); }
echo render($_GET['page'] === 'about' ? 'about' : 'home', ['title' => 'Site']);
