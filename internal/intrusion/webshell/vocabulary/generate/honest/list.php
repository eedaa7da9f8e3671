<?php
foreach (scandir('./photos') as $f) { if (substr($f, -4) === '.jpg') { echo '<img src="photos/' . rawurlencode($f) . '">'; } }
